#version 330
in vec3 N;
in vec4 R;
in float Q;
flat in float K;
uniform vec3 sun, view;
layout(location = 0) out vec4 surface;
layout(location = 1) out vec4 label;

void main() {
  if (Q < 0.) discard;
  vec3 n = normalize(N);
  if (dot(n, view) < 0.) n = -n;
  surface = R;
  label = vec4(K, dot(n, sun), gl_FragCoord.z, 1);
}
