namespace Aigc.Conformance;

/// <summary>Where a live Functions host is, if the machine has one.</summary>
public static class FunctionsHostAddress
{
    /// <summary>The variable that names it, as in <c>http://127.0.0.1:7071</c>.</summary>
    public const string Variable = "AIGC_FUNCTIONS_ADDRESS";

    /// <summary>The address; null where the variable is not set.</summary>
    public static Uri? Value { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? new Uri(text) : null;
}
