@echo off
python bot.py
pause
