#!/bin/sh
exec java -jar "$HOME/app/app.jar" --server.port=${PORT:-8000}
