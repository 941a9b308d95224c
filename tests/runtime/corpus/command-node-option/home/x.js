const { readFileSync } = require('fs');
console.log(JSON.parse(readFileSync('in.json')).length);
