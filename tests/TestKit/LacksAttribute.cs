namespace Aigc.TestKit;

/// <summary>What an implementation cannot give the suite: the facts that need it are skipped for this class.</summary>
/// <param name="need">As <see cref="ConformanceFactAttribute.Needs"/> has it.</param>
/// <param name="reason">Why, for people.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class LacksAttribute(string need, string reason) : Attribute
{
    public string Need { get; } = need;

    public string Reason { get; } = reason;
}
