#!/bin/sh
cd $HOME/awb
exec mono --gc=sgen AutoTool.exe /s settings.xml
