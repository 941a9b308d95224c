# shellcheck shell=bash
# One small program of each runtime for test.sh. Each uses what scripts take for granted: compression, TLS, a database, JSON, and prints
# "ok". Where it can be, it is started by the name in its first line, as old scripts are.

program_of() {
  case $1 in
    java) echo "java T.java" ;;
    mono) echo "mcs -r:System.Xml.Linq,System.Net.Http -out:/tmp/t.exe t.cs && mono /tmp/t.exe" ;;
    go) echo "GOCACHE=/tmp/go go run t.go" ;;
    python) echo "./t.py && python3 -m venv /tmp/v > /dev/null && /tmp/v/bin/pip --version > /dev/null" ;;
    node) echo "./t.js" ;;
    php) echo "./t.php" ;;
    perl) echo "./t.pl" ;;
    ruby) echo "./t.rb" ;;
    r) echo "./t.R" ;;
    tcl) echo "./t.tcl" ;;
    lua) echo "./t.lua" ;;
    *) echo "echo no test for $1" ;;
  esac
}

write_programs() { # HOME
  local job=$1/job
  mkdir -p "$job"
  cat > "$job/a.js" << 'JS'
console.log('node says ' + 6 * 7)
JS
  cat > "$job/b.py" << 'PY'
import sys
print('python got: ' + sys.stdin.read().strip())
PY
  cat > "$job/t.py" << 'PY'
#!/usr/bin/python3
import bz2, ctypes, curses, decimal, hashlib, json, lzma, multiprocessing, readline, requests, sqlite3, ssl, sys, uuid, xml.etree.ElementTree, zlib
assert sqlite3.connect(':memory:').execute('select 6*7').fetchone() == (42,)
assert ssl.create_default_context().cert_store_stats()['x509'] > 50 and sys.prefix == '/usr', sys.prefix
assert json.__cached__ and __import__('os').path.exists(json.__cached__), 'not compiled'
print('ok')
PY
  cat > "$job/t.js" << 'JS'
#!/usr/bin/env node
const zlib = require('zlib'), crypto = require('crypto'), tls = require('tls')
const same = zlib.gunzipSync(zlib.gzipSync('x')).toString() === 'x' && new Intl.NumberFormat('de').format(1.5) === '1,5'
console.log(same && tls.rootCertificates.length > 50 && crypto.createHash('sha256').update('').digest('hex').startsWith('e3b0') ? 'ok' : 'wrong')
JS
  cat > "$job/t.php" << 'PHP'
#!/usr/bin/php
<?php
foreach (['curl', 'mbstring', 'xml', 'dom', 'simplexml', 'sqlite3', 'pdo_sqlite', 'pdo_mysql', 'mysqli', 'intl', 'zip', 'bcmath', 'gd', 'openssl'] as $name)
    if (!extension_loaded($name)) echo "no $name\n";
$db = new PDO('sqlite::memory:');
$xml = simplexml_load_string('<a><b>' . $db->query('select 6*7')->fetchColumn() . '</b></a>');
echo mb_strlen('äö') == 2 && $xml->b == '42' && curl_version()['ssl_version'] && bcadd('1', '2') == '3' ? "ok\n" : "wrong\n";
PHP
  cat > "$job/t.pl" << 'PL'
#!/usr/bin/perl -w
use strict; use Digest::SHA qw(sha1_hex); use Encode; use POSIX; use DBI; use LWP::UserAgent; use JSON; use IO::Socket::SSL; use Storable; use Time::HiRes;
my $db = DBI->connect('dbi:SQLite:dbname=:memory:');
my ($x) = $db->selectrow_array('select 6*7');
print decode_json('{"a":42}')->{a} == $x && LWP::UserAgent->new->is_protocol_supported('https') && sha1_hex('') =~ /^da39/ ? "ok\n" : "wrong\n";
PL
  cat > "$job/t.rb" << 'RB'
#!/usr/bin/ruby
require 'json'; require 'openssl'; require 'zlib'; require 'net/http'; require 'yaml'; require 'csv'; require 'bigdecimal'; require 'set'
puts JSON.parse('{"a":42}')['a'] == 42 && Zlib.gunzip(Zlib.gzip('x')) == 'x' && YAML.load('a: 1')['a'] == 1 && Gem::VERSION ? 'ok' : 'wrong'
RB
  cat > "$job/T.java" << 'JAVA'
import java.util.stream.*;
class T {
    public static void main(String[] a) throws Exception {
        var trust = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
        trust.init((java.security.KeyStore) null);
        int known = ((javax.net.ssl.X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers().length;
        java.net.http.HttpClient.newHttpClient();
        System.out.println(IntStream.range(0, 4).sum() == 6 && known > 50 ? "ok" : "wrong " + known);
    }
}
JAVA
  cat > "$job/t.R" << 'R'
#!/usr/bin/Rscript
library(stats); library(tools); library(parallel)
m <- solve(matrix(c(2, 0, 0, 4), 2))
fit <- lm(y ~ x, data.frame(x = 1:4, y = c(2, 4, 6, 8.1)))
png_there <- capabilities("png"); pdf(NULL); plot(1)
cat(if (m[1, 1] == 0.5 && round(coef(fit)[2]) == 2 && nchar(R.home()) > 0 && l10n_info()$`UTF-8`) "ok\n" else "wrong\n")
R
  cat > "$job/t.tcl" << 'TCL'
#!/usr/bin/tclsh
package require http; package require json; package require sqlite3; package require tls; package require tdom; package require md5
sqlite3 db :memory:
puts [expr {[db eval {select 6*7}] == 42 && [dict get [json::json2dict {{"a":42}}] a] == 42 && [clock format 0 -format %Y -timezone :Europe/Berlin] == 1970 ? "ok" : "wrong"}]
TCL
  cat > "$job/t.cs" << 'CS'
using System.Linq; using System.Xml.Linq; using System.Text.RegularExpressions; using System.Net.Http; using System.Security.Cryptography; using System.Security.Cryptography.X509Certificates;
class T {
    static void Main() {
        var hash = System.BitConverter.ToString(SHA1.Create().ComputeHash(new byte[0]));
        new HttpClient();
        var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        var fine = store.Certificates.Count > 50 && XElement.Parse("<a><b>42</b></a>").Element("b").Value == "42" && new[] {1, 2}.Sum() == 3 && Regex.IsMatch(hash, "^DA-39");
        System.Console.WriteLine(fine && System.Text.Encoding.GetEncoding(1252) != null ? "ok" : "wrong");
    }
}
CS
  cat > "$job/t.go" << 'GO'
package main

import ("crypto/x509"; "encoding/json"; "fmt"; "net/http")

func main() {
	var v map[string]int
	json.Unmarshal([]byte(`{"a":42}`), &v)
	pool, err := x509.SystemCertPool()
	if v["a"] == 42 && err == nil && pool != nil && http.DefaultClient != nil { fmt.Println("ok") } else { fmt.Println("wrong", err) }
}
GO
  cat > "$job/t.lua" << 'LUA'
#!/usr/bin/lua
local json, lfs, socket = require 'cjson', require 'lfs', require 'socket'
print(json.decode('{"a":42}').a == 42 and lfs.attributes('/').mode == 'directory' and socket.gettime() > 0 and 'ok' or 'wrong')
LUA
  chmod 755 "$job"/t.*
}
