namespace Aigc.Inference.Tests.Tokenization;

/// <summary>A theory over Stable Diffusion's own vocabulary of 49,408 entries, which is too large to keep here.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClipVocabularyTheoryAttribute : TheoryAttribute
{
    public const string Variable = "AIGC_CLIP_VOCABULARY";

    public ClipVocabularyTheoryAttribute()
    {
        if (Folder is null) Skip = $"set {Variable} to a folder with the vocab.json and merges.txt of openai/clip-vit-large-patch14";
    }

    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;
}
