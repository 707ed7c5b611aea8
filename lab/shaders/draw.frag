#version 330
// With CUT, what is cut away isn't drawn; without, the depth is tested first, which is much faster.
// MATERIAL is the number from lab/mesh.py; FLOOR_KIND 0 planks, 1 carpet, 2 tiles. Known when the program is made, because
// Mesa's software renderer works out every branch.
in vec3 P, N, C;
in vec4 S;
in float Q;
uniform sampler2DShadow sh;
uniform vec3 eye, sun, tint;
uniform float sunI, ambI;
out vec4 o;

float hash(vec2 p) {
  vec3 q = fract(p.xyx * .1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}

float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3. - 2. * f);
  return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

vec3 planks(vec3 c) {
  float row = floor(P.y / .12);
  c *= .78 + .25 * hash(vec2(row, floor((P.x + row * .37) / 1.1))) + .12 * noise(vec2(P.x * 3., P.y * 60.));
  return fract(P.y / .12) < .03 ? c * .6 : c;
}

vec3 tiles(vec3 c) {
  vec2 q = fract(P.xy / .45);
  return c * ((q.x < .015 || q.y < .015) ? .65 : .95 + .08 * noise(P.xy * 9.));
}

vec3 textured(vec3 c) {
#if MATERIAL == 0
  return c * (.95 + .1 * noise(P.xy * 90. + P.z * 70.));
#elif MATERIAL == 1
  return c * (.92 + .14 * noise(P.xy * 260. + P.z * 200.));
#elif MATERIAL == 2
  return c * (.7 + .6 * noise(vec2(atan(P.x, P.y) * 80., P.z * 30.)));
#elif MATERIAL == 3 && FLOOR_KIND == 0
  return planks(c);
#elif MATERIAL == 3 && FLOOR_KIND == 1
  return c * (.8 + .35 * noise(P.xy * 140.) * noise(P.xy * 70.));
#elif MATERIAL == 3
  return tiles(c);
#elif MATERIAL == 4
  return c * (.96 + .05 * noise(P.xz * 40.));
#else
  return c;
#endif
}

void main() {
#ifdef CUT
  if (Q < 0.) discard;
#endif
  vec3 n = normalize(N), v = normalize(eye - P);
  if (dot(n, v) < 0. && MATERIAL < 3) n = -n;
  vec3 c = textured(C) + min(Q, 0.) * 1e-9;
  vec3 s = S.xyz / S.w * .5 + .5;
  float lit = texture(sh, vec3(s.xy, s.z - .0045));
  float d = MATERIAL == 0 ? max((dot(n, sun) + .15) / 1.15, 0.) : max(dot(n, sun), 0.);
  float hollow = MATERIAL > 2 ? 1. : mix(.55, 1., smoothstep(0., .25, P.z));
  vec3 light = ambI * mix(vec3(.55, .5, .46), vec3(.95, .98, 1.04), .5 + .5 * n.z) * hollow + sunI * d * lit * vec3(1.05, 1., .92);
  vec3 r = tint * c * light;
#if MATERIAL == 0 || MATERIAL == 2
  float shine = MATERIAL == 0 ? .08 : .12;
  r += tint * shine * pow(max(dot(normalize(sun + v), n), 0.), 18.) * lit * sunI;
#endif
  o = vec4(pow(clamp(r / (1. + .18 * r), 0., 1.), vec3(1. / 2.2)), 1);
}
