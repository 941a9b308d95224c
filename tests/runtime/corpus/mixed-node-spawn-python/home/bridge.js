const { spawn } = require('child_process');
const py = spawn('python3', ['-u', 'model.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
py.stdout.on('data', (d) => console.log(String(d)));
py.stdin.end('{"text": "x"}\n');
