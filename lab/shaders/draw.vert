#version 330
// p position, n normal, c colour, q cut: nothing is drawn where it is negative.
in vec3 p, n, c;
in float q;
out vec3 P, N, C;
out vec4 S;
out float Q;
uniform mat4 PV, L;

void main() {
  P = p; N = n; C = c; Q = q;
  S = L * vec4(p, 1);
  gl_Position = PV * vec4(p, 1);
}
