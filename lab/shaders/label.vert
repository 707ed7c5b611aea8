#version 330
// p position, n normal, r place on the unfolded surface, g gap there, q cut, k piece.
in vec3 p, n, r;
in float g, q, k;
out vec3 N;
out vec4 R;
out float Q;
flat out float K;
uniform mat4 PV;

void main() {
  N = n; R = vec4(r, g); Q = q; K = k;
  gl_Position = PV * vec4(p, 1);
}
