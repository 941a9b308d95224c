module.exports = {
  apps: [
    {
      name: 'relay',
      script: './relay.js',
      instances: 1,
      max_memory_restart: '300M',
      env: { PORT: 8000 },
    },
    {
      name: 'feeder',
      script: './feeder/feed.py',
      interpreter: 'python3',
      interpreter_args: '-u',
      cron_restart: '0 4 * * *',
    },
  ],
};
