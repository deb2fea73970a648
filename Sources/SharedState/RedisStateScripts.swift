/// What a store does in one step of Redis. Each is of one slot of a cluster.
enum RedisStateScripts {
    /// Writes a value in the place of one that begins with a version: 1; or 0, and nothing is changed.
    static let replace = RedisScript(
        """
        if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """
    )

    /// Removes a claim of this owner: 1; or 0, and nothing is changed.
    static let release = RedisScript(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """
    )

    /// Adds a cut-off for some milliseconds unless there are as many as allowed: 1, or 0. One that holds until then but for
    /// the tolerance stays as it is.
    ///
    /// Two sorted sets hold the same keys, one by the moment of being added, the other by the end. No two were added at one
    /// moment, and none before another, whatever the clock says, so that a moment is a position. Each addition removes more
    /// than itself of what has ended, and all ends with the last of them: the list, and its name. The first one names it.
    static let addCutOff = RedisScript(
        """
        local added, ends, list = KEYS[1], KEYS[2], KEYS[3]
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        for _, key in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, 100)) do
            redis.call('ZREM', added, key)
            redis.call('ZREM', ends, key)
        end
        local last = now + ARGV[2]
        local known = redis.call('ZSCORE', ends, ARGV[1])
        if known and known + ARGV[4] >= last then return 1 end
        if not known and redis.call('ZCARD', ends) >= tonumber(ARGV[3]) then return 0 end
        local latest = redis.call('HGET', list, 'latest') or redis.call('ZRANGE', added, -1, -1, 'WITHSCORES')[2]
        local moment = math.max(now, (latest or 0) + 1)
        redis.call('HSETNX', list, 'name', ARGV[5])
        redis.call('HSET', list, 'latest', moment)
        redis.call('ZADD', added, moment, ARGV[1])
        redis.call('ZADD', ends, last, ARGV[1])
        local whole = redis.call('ZRANGE', ends, -1, -1, 'WITHSCORES')[2]
        for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, whole) end
        return 1
        """
    )

    /// The name of the list, the server's time, and the cut-offs that were added after a moment, at most so many: key, moment
    /// and remaining milliseconds of each.
    ///
    /// Whoever reads or adds first names the list at random. A server that has lost it is asked for a list that it does not
    /// have, and all of the one that it has is read from the beginning, whatever its clock says. A master that takes no
    /// writes, for want of memory, replicas or a disk, can be read all the same: its empty list has the empty name.
    static let cutOffs = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local from = ARGV[1]
        local name = redis.call('HGET', KEYS[3], 'name')
        if not name then
            name = ARGV[4]
            local named = redis.pcall('HSET', KEYS[3], 'name', name)
            if type(named) == 'table' and named.err then
                local takesNone = false
                for _, code in ipairs({ 'OOM', 'NOREPLICAS', 'MISCONF' }) do
                    takesNone = takesNone or string.find(named.err, code, 1, true)
                end
                if not takesNone or redis.call('ZCARD', KEYS[1]) > 0 then return named end
                name = ''
            end
            local whole = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
            if whole then redis.call('PEXPIREAT', KEYS[3], whole) end
        end
        if name ~= ARGV[3] then from = 0 end
        local page = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
        local reply = { name, now }
        for index = 1, #page, 2 do
            local last = redis.call('ZSCORE', KEYS[2], page[index]) or now
            table.insert(reply, page[index])
            table.insert(reply, tonumber(page[index + 1]))
            table.insert(reply, last - now)
        end
        return reply
        """
    )
}
