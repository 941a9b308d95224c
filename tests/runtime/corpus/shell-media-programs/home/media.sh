#!/bin/bash
shopt -s nullglob
for f in in/*.mp4; do
    ffmpeg -nostdin -loglevel error -i "$f" -c:v libvpx-vp9 "out/$(basename "$f" .mp4).webm"
done
for f in in/*.png; do
    [ "$(identify -format %w "$f")" -gt 1000 ] && convert "$f" -resize 1000x "out/${f##*/}"
done
