system("php", "three.php");
