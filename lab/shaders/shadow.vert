#version 330
in vec3 p;
in float q;
out float Q;
uniform mat4 L;

void main() {
  Q = q;
  gl_Position = L * vec4(p, 1);
}
