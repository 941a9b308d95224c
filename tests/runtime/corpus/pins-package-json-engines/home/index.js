fetch('https://xx.example.org/w/api.php').then((r) => console.log(r.status));
