<?
// $Id: index.php 122 2008-05-11 20:01:10Z luxo $
include("functions.inc");
chdir(dirname($_SERVER['SCRIPT_FILENAME']));

if ($argv[1] == "cli")
{
  $range = ipranges("10.0.0.0/22");
  foreach ($range AS $r) echo $r."\n";
}
else
{
?>
<html><head><title>Contribs</title></head>
<body><p>Wer python mag, nimmt <tt>python contribs.py</tt>.</p></body></html>
<?
}
?>
