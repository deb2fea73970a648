extension Dashboard {
    /// Plain JavaScript, as text nodes alone. A page that nobody looks at asks for nothing.
    static let script = #"""
        'use strict';
        const element = (name, text, className) => {
          const made = document.createElement(name);
          if (text !== undefined) made.textContent = text;
          if (className) made.className = className;
          return made;
        };
        const cell = value => typeof value === 'object' && value ? value : element('span', value ?? '–');
        const code = text => element('code', text);
        const mark = (isGood, text) => element('span', text, isGood ? 'good' : 'bad');
        const exposures = { protected: 'good', unreachable: 'bad' };
        const time = text => text ? new Date(text).toLocaleTimeString() : '–';

        function fill(id, columns, rows) {
          const head = element('tr');
          for (const column of columns) head.append(element('th', column));
          const body = element('tbody');
          for (const row of rows) {
            const line = element('tr');
            row.forEach((value, index) => {
              const place = element('td');
              place.dataset.label = columns[index];
              place.append(cell(value));
              line.append(place);
            });
            body.append(line);
          }
          if (!rows.length) {
            const line = element('tr'), place = element('td', 'none yet', 'none');
            place.colSpan = columns.length;
            line.append(place);
            body.append(line);
          }
          const top = element('thead');
          top.append(head);
          document.getElementById(id).replaceChildren(top, body);
        }

        const pages = {
          decisions: page => fill('decisions', ['Time', 'Request', 'Route', 'Answer', 'Why', 'Subject', 'Client'],
            page.decisions.map(one => [
              time(one.time), code(`${one.method} ${one.host}${one.path}`), one.route,
              mark(one.decision !== 'deny', `${one.status} ${one.code ?? ''}`), one.reason, one.subject, one.client])),
          routes: page => fill('routes', ['Route', 'Methods', 'Path', 'Who may pass', 'To', 'Allowed', 'Denied'],
            page.routes.map(one => [
              one.name, one.methods.join(' ') || 'any', code(one.hosts.join(' ') + one.path),
              element('span', one.access, exposures[one.exposure]), one.destination, one.allowed, one.denied])),
          issuers: page => fill('issuers', ['Issuer', 'Keys', 'Last fetch', 'Next refresh', 'Last error'],
            page.issuers.map(one => [
              one.degraded ? mark(false, `${one.name} (no keys)`) : one.name,
              code(one.keys.map(key => `${key.kid ?? key.thumbprint.slice(0, 8)} ${key.algorithm}`).join(', ')),
              time(one.last_fetch), time(one.next_refresh), one.last_error])),
          upstreams: page => fill('upstreams', ['Upstream', 'Server', 'State', 'Connections', 'Idle', 'Waiting'],
            page.upstreams.flatMap(one => one.servers.length
              ? one.servers.map(server => [
                  one.name, code(server.url), mark(server.healthy, server.healthy ? 'healthy' : 'down'),
                  server.connections, server.idle, server.waiting])
              : [[one.name, code(one.kind), mark(true, 'built in')]])),
        };

        async function look() {
          if (document.hidden) return;
          const state = document.getElementById('state');
          try {
            const ready = await (await fetch('/readyz')).json();
            const notes = [...ready.reasons, ...ready.degraded.map(name => `no keys of ${name}`)];
            state.textContent = [ready.status, ...notes].join(' · ');
            state.className = ready.status === 'ready' && !notes.length ? 'good' : 'bad';
            for (const name in pages) pages[name](await (await fetch(`/api/${name}`)).json());
          } catch {
            state.textContent = 'does not answer';
            state.className = 'bad';
          }
        }
        look();
        setInterval(look, 5000);
        document.addEventListener('visibilitychange', look);
        """#
}
