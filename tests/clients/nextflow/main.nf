process part {
  memory '300 MB'
  errorStrategy 'retry'
  input:
  val n
  output:
  path "part${n}.txt"
  script:
  """
  [ ${n} != 3 ] || [ ${task.attempt} = 2 ] || exit 9
  echo "${n}0 \$JOB_NAME" > part${n}.txt
  """
}

process total {
  cpus 2
  publishDir '.', mode: 'copy'
  input:
  path parts
  output:
  path '{sum,names}.txt'
  script:
  """
  cat ${parts} | awk '{ s += \$1 } END { print s " with " ENVIRON["NSLOTS"] " slots" }' > sum.txt
  cut -d ' ' -f 2 part1.txt > names.txt
  """
}

workflow {
  Channel.of(1, 2, 3) | part | collect | total
}
