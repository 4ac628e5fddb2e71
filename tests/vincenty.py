"""Distance and azimuth on the WGS 84 spheroid by Vincenty's inverse formula (Survey Review, 1975).

It shares nothing with the library that the program measures by; good to a tenth of a millimetre
for points that are not nearly opposite on the Earth.
"""

from math import atan, atan2, cos, degrees, radians, sin, sqrt, tan

A, F = 6378137.0, 1 / 298.257223563
B = A * (1 - F)


def inverse(one, other):
    """Return metres and degrees clockwise from north, from one (latitude, longitude) to another."""
    if one == other:
        return 0.0, 0.0
    u1, u2 = (atan((1 - F) * tan(radians(point[0]))) for point in (one, other))
    difference = longitude = radians(other[1] - one[1])
    for _ in range(200):
        across = cos(u2) * sin(longitude)
        along = cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(longitude)
        sin_s = sqrt(across**2 + along**2)
        cos_s = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(longitude)
        s = atan2(sin_s, cos_s)
        if sin_s == 0:
            return 0.0, 0.0
        sin_a = cos(u1) * cos(u2) * sin(longitude) / sin_s
        cos2_a = 1 - sin_a**2
        cos_2m = cos_s - 2 * sin(u1) * sin(u2) / cos2_a if cos2_a else 0.0
        c = F / 16 * cos2_a * (4 + F * (4 - 3 * cos2_a))
        before = longitude
        turn = s + c * sin_s * (cos_2m + c * cos_s * (2 * cos_2m**2 - 1))
        longitude = difference + (1 - c) * F * sin_a * turn
        if abs(longitude - before) < 1e-15:
            break
    squared = cos2_a * (A**2 - B**2) / B**2
    big_a = 1 + squared / 16384 * (4096 + squared * (-768 + squared * (320 - 175 * squared)))
    big_b = squared / 1024 * (256 + squared * (-128 + squared * (74 - 47 * squared)))
    inner = cos_s * (2 * cos_2m**2 - 1)
    inner -= big_b / 6 * cos_2m * (4 * sin_s**2 - 3) * (4 * cos_2m**2 - 3)
    delta = big_b * sin_s * (cos_2m + big_b / 4 * inner)
    return B * big_a * (s - delta), degrees(atan2(across, along)) % 360
