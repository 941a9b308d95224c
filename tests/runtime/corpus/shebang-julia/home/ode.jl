#!/usr/bin/env -S julia --startup-file=no
f(u, t) = -0.5u
function euler(u, dt, n)
    for i in 1:n
        u += dt * f(u, i * dt)
    end
    u
end
println(euler(1.0, 0.1, 100))
