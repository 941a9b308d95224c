import reframe as rfm
import reframe.utility.sanity as sn


class OnGrid(rfm.RunOnlyRegressionTest):
    valid_systems = ["grid:all"]
    valid_prog_environs = ["builtin"]
    time_limit = "5m"
    extra_resources = {"pe": {"slots": 2}}
    executable = "echo"

    @sanity_function
    def said(self):
        return sn.assert_found(r"^2 slots in all\.q$", self.stdout)


@rfm.simple_test
class Works(OnGrid):
    executable_opts = ["$NSLOTS slots in $QUEUE"]


@rfm.simple_test
class Fails(OnGrid):
    executable_opts = ["nothing"]
