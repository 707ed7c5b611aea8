#version 330
in float Q;

void main() {
  if (Q < 0.) discard;
}
