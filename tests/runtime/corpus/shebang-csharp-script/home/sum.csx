#!/usr/bin/env csharp
using System.IO;
var total = 0;
foreach (var line in File.ReadAllLines("numbers.txt")) total += int.Parse(line);
Console.WriteLine(total);
