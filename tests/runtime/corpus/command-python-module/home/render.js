process.stdin.on('data', d => process.stdout.write(String(d).replace(/''(.*?)''/g, '<i>$1</i>')));
