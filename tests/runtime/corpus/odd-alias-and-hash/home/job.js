console.log('job');
