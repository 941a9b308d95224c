const r = await fetch("https://xx.example.org");
console.log(r.status);
