using System.Diagnostics;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Vendors' unmodified clients, each driven by a script of <c>tests/Clients</c> through a visit to a shop.</summary>
internal static class VendorClients
{
    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "tests", "Clients");
    public static string Modules { get; } = Path.Combine(Folder, "node_modules");

    public static bool HasNode { get; } = Find("node") is not null;
    public static string? Browser { get; } = Find("chromium");

    /// <summary>Runs a script to its end against a collector; throws with what it printed where it fails or takes longer than a minute.</summary>
    public static async Task VisitAsync(CollectorHost host, string script, string[]? more = null, (string Name, string Value)? environment = null)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), CollectorHost.WriteKey, .. more ?? []])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder,
        };
        if (environment is var (name, value)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        Assert.True(process.HasExited && process.ExitCode == 0, $"{script}: {await output}{await errors}");
    }

    public static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Engagement.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("no Engagement.sln above the tests");
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
