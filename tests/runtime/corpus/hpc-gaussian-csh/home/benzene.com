%nprocshared=8
%chk=benzene.chk
# B3LYP/6-31G(d) opt freq

benzene from python script

0 1
C 0.0 1.4 0.0

