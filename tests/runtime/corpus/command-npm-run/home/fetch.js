require('fs').writeFileSync('new.json', '[]');
