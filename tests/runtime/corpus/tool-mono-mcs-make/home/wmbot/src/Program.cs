using System;
namespace wmbot {
    public static class Program {
        public static int Main(string[] args) {
            Console.WriteLine("wm-bot");
            return 120;
        }
    }
}
