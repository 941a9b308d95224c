//usr/bin/env java "$0" "$@"; exit $?
public class Hello {
    public static void main(String[] args) {
        System.out.println("hello " + String.join(" ", args));
    }
}
