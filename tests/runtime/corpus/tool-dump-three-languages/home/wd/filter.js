const rl = require('readline').createInterface({ input: process.stdin });
const props = process.argv.slice(2);
rl.on('line', (l) => { if (props.some((p) => l.includes(`"${p}"`))) console.log(l); });
