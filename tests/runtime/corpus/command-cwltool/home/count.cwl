cwlVersion: v1.0
class: CommandLineTool
baseCommand: [wc, -l]
inputs:
  f: {type: File, inputBinding: {position: 1}}
outputs: []
