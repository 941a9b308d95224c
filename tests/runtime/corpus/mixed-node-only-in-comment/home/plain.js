// const out = require('child_process').execSync('python3 x.py');
/* spawn('ruby', ['x.rb']) */
const text = 'php index.php';
console.log(text.length, /perl x\.pl/.test(text));
