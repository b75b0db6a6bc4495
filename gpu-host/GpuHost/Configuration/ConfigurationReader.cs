using System.ComponentModel.DataAnnotations;
using Aigc.Artifacts;

namespace Aigc.GpuHost.Configuration;

/// <summary>Reads the host's configuration and finds every fault of it before anything starts.</summary>
internal static class ConfigurationReader
{
    // What the framework reads from the same sources under names of its own.
    private static readonly HashSet<string> _foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        "Logging", "AllowedHosts", "Kestrel", "urls", "environment", "contentRoot", "applicationName",
    };

    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/> with every fault in its message.</exception>
    public static GpuHostOptions Read(IConfiguration configuration, IEnumerable<string> arguments)
    {
        var faults = UnknownArguments(arguments).ToList();
        var options = new GpuHostOptions();
        foreach (var property in typeof(GpuHostOptions).GetProperties())
        {
            var section = configuration.GetSection(property.Name);
            if (!section.Exists())
                continue;
            faults.AddRange(Unknown(section, property.PropertyType));
            try
            {
                if (section.Get(property.PropertyType) is { } value)
                    property.SetValue(options, value);
            }
            catch (InvalidOperationException e)
            {
                faults.Add(e.Message.TrimEnd('.'));
            }
        }

        faults.AddRange(Invalid(options, ""));
        foreach (var property in typeof(GpuHostOptions).GetProperties().Where(static p => !p.PropertyType.IsValueType))
            faults.AddRange(Invalid(property.GetValue(options)!, property.Name + ":"));
        return faults.Count == 0 ? options : throw new FaultException(FaultKind.BadRequest, "configuration: " + string.Join("; ", faults));
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type) => section.GetChildren()
        .Where(child => !type.GetProperties().Any(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
        .Select(child => $"{child.Path} is unknown; known: {string.Join(", ", type.GetProperties().Where(static p => p.CanWrite).Select(static p => p.Name))}");

    private static IEnumerable<string> Invalid(object options, string prefix)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{prefix}{string.Join(",", result.MemberNames)}: {result.ErrorMessage}");
    }

    // A misspelt one would otherwise be passed over.
    private static IEnumerable<string> UnknownArguments(IEnumerable<string> arguments)
    {
        var known = typeof(GpuHostOptions).GetProperties().Select(static property => property.Name).Concat(_foreign).ToArray();
        return arguments
            .Where(static argument => argument.StartsWith("--", StringComparison.Ordinal))
            .Select(static argument => argument[2..].Split('=', ':')[0])
            .Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Select(name => $"argument '--{name}' names no setting: sections are {string.Join(", ", known.Except(_foreign))}, as in --Listen:GrpcPort 5001");
    }
}
