namespace Aigc.Inference.Noise;

/// <summary>
/// The inverse of the normal distribution's function, to 16 digits: Wichura, "Algorithm AS 241: The Percentage Points of the Normal
/// Distribution", 1988, PPND16.
/// </summary>
/// <remarks>
/// Built from + - * / and square root alone, which IEEE 754 rounds the same everywhere; the libraries behind Math.Log and Math.Sin differ
/// between platforms. The runtime does not contract <c>a * b + c</c> into one rounding unless asked to with FusedMultiplyAdd.
/// </remarks>
internal static class NormalQuantile
{
    private const double CentralHalfWidth = 0.425;
    private const double Ln2 = 0.693147180559945309417232121458;
    private const long MantissaMask = (1L << 52) - 1;
    private const long ExponentOfOne = 1023L << 52;

    /// <summary>The number that a standard-normal one is below with a probability from e^-25 to 1 - e^-25.</summary>
    public static double Of(double probability)
    {
        var fromMedian = probability - 0.5;
        if (Math.Abs(fromMedian) <= CentralHalfWidth)
            return fromMedian * Central(CentralHalfWidth * CentralHalfWidth - fromMedian * fromMedian);

        // The published algorithm goes on with a third pair of polynomials for probabilities below e^-25, which 32 bits do not reach.
        var tail = Tail(Math.Sqrt(-Log(fromMedian < 0 ? probability : 1 - probability)) - 1.6);
        return fromMedian < 0 ? -tail : tail;
    }

    /// <summary>The natural logarithm of a positive normal number.</summary>
    public static double Log(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & MantissaMask) | ExponentOfOne);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172, so the power after the last would add less than 1e-17.
        var ratio = (mantissa - 1) / (mantissa + 1);
        var square = ratio * ratio;
        var sum = 0.0;
        for (var power = 21; power >= 1; power -= 2) sum = sum * square + 1.0 / power;
        return exponent * Ln2 + 2 * ratio * sum;
    }

    private static double Central(double r) =>
        (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r + 6.7265770927008700853e+4) * r
            + 4.5921953931549871457e+4) * r + 1.3731693765509461125e+4) * r + 1.9715909503065514427e+3) * r
            + 1.3314166789178437745e+2) * r + 3.3871328727963666080e+0)
        / (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r + 3.9307895800092710610e+4) * r
            + 2.1213794301586595867e+4) * r + 5.3941960214247511077e+3) * r + 6.8718700749205790830e+2) * r
            + 4.2313330701600911252e+1) * r + 1);

    private static double Tail(double r) =>
        (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
            + 1.27045825245236838258e+0) * r + 3.64784832476320460504e+0) * r + 5.76949722146069140550e+0) * r
            + 4.63033784615654529590e+0) * r + 1.42343711074968357734e+0)
        / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
            + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e+0) * r
            + 2.05319162663775882187e+0) * r + 1);
}
