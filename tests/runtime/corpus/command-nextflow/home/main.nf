nextflow.enable.dsl=2
workflow {
    Channel.fromPath('reads/*.fq').view()
}
