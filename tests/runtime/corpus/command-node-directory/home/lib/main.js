const { execFileSync } = require('child_process');
const out = execFileSync('python3', ['project.py', '52.5', '13.4']);
console.log(out.toString());
