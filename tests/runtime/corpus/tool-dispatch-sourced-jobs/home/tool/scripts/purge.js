require('fs').readdirSync('cache').forEach(f => console.log(f));
