console.log(Array.from({ length: 3 }));
