import commands

def usage_of(name):
	# was: os.popen("php checkusage.php ...")
	status, out = commands.getstatusoutput('perl checkusage.pl "%s"' % name)
	if status:
		raise RuntimeError(out)
	return out.split('\n')
