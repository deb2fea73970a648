-- wrk: takes the next line of TOKENS as the bearer token, and of PATHS as the path, on each request.
local function lines(name)
  local list, file = {}, os.getenv(name)
  if file and file ~= "" then
    for line in io.lines(file) do list[#list + 1] = line end
  end
  return list
end

local tokens, paths, turn = {}, {}, 0

function init()
  tokens, paths = lines("TOKENS"), lines("PATHS")
end

function request()
  turn = turn + 1
  if #tokens > 0 then wrk.headers["Authorization"] = "Bearer " .. tokens[(turn - 1) % #tokens + 1] end
  local path = nil
  if #paths > 0 then path = paths[(turn - 1) % #paths + 1] end
  return wrk.format(nil, path)
end
