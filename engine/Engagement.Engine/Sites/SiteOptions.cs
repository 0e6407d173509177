namespace Engagement.Engine.Sites;

/// <summary>Where site files are read from and how often they are looked at.</summary>
public sealed record SiteOptions
{
    /// <summary>Directories with one <c>{site}.json</c> each; read in order. An absent one counts as empty.</summary>
    public required IReadOnlyList<SiteDirectory> Directories { get; init; }

    /// <summary>Where <c>released</c> models lie: one folder for each model. Default: <c>models</c> beside the program.</summary>
    public string ModelDirectory { get; init; } = ModelDirectoryDefault;

    /// <summary>Folder <c>models</c> beside the program.</summary>
    public static string ModelDirectoryDefault => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>How often the files are looked at. 100 ms to 2 s, so that <c>mode: off</c> takes effect within 5 s. Default 1 s.</summary>
    public TimeSpan ReloadEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the demo's published keys are let in: only the local demo says true.</summary>
    public bool AllowDemoKeys { get; init; }
}

/// <summary>One directory of site files. Relative paths in a file are relative to it.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Secrets">What relative paths of secrets are relative to instead; null: the directory itself.</param>
public sealed record SiteDirectory(string Path, string? Secrets = null);

/// <summary>One thing that is wrong in a site file.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Path">JSON path, such as <c>$.policy.lease</c>.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record SiteConfigError(string File, string Path, string Message)
{
    public override string ToString() => $"{File}: {Path}: {Message}";
}
