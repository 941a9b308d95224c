const EventSource = require('eventsource');
const es = new EventSource('https://stream.wikimedia.org/v2/stream/recentchange');
es.onmessage = (m) => console.log(JSON.parse(m.data).title);
