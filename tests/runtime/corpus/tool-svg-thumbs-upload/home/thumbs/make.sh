#!/bin/bash
# usage: make.sh [SIZE]
size=${1:-600}
renderer=rsvg

render() {
  local in=$1 out=$2
  case $renderer in
    rsvg)     rsvg-convert -w "$size" -f png -o "$out" "$in" ;;
    inkscape) inkscape -z -w "$size" -e "$out" "$in" >/dev/null 2>&1 ;;
    #batik)   java -jar batik-rasterizer.jar -w $size -d $out $in ;;
  esac
}

cd "$HOME/thumbs" || exit
shopt -s nullglob
for svg in svg/*.svg; do
  png=png/$(basename "${svg%.svg}").png
  [ "$png" -nt "$svg" ] && continue
  render "$svg" "$png" || { renderer=inkscape; render "$svg" "$png"; renderer=rsvg; }
  optipng -quiet -o2 "$png"
  convert "$png" -background white -flatten -quality 85 "${png%.png}.jpg"
done

python3 upload.py --dir png --comment 'rendered with `rsvg-convert`, not node'
