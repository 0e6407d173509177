namespace Engagement.Testing;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution. Throws <see cref="DirectoryNotFoundException"/> when no folder above the tests has it.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file or folder of it.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Engagement.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Engagement.sln above the tests");
    }
}
