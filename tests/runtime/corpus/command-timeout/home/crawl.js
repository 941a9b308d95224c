setTimeout(() => console.log('done'), 1000);
