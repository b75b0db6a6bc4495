namespace Aigc.TestKit;

/// <summary>
/// What this class needs of the machine: where it is missing, every <see cref="ConformanceFactAttribute"/> that the class
/// inherits is skipped.
/// </summary>
public abstract class RequirementAttribute : Attribute
{
    /// <summary>Why the facts cannot run; null where they can.</summary>
    public abstract string? Missing { get; }
}
