namespace Aigc.TestKit;

/// <summary>Skips every <see cref="ConformanceFactAttribute"/> that this class inherits, where Azurite is not installed.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresAzuriteAttribute : RequirementAttribute
{
    public override string? Missing => AzuriteInstallation.Missing;
}
