using System.Diagnostics;

namespace Integration.Tests.Cluster;

/// <summary>A memory disk of some megabytes in a directory's place, with what the directory held; gone when disposed of.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    /// <summary>Why none can be had here; null where this user may mount.</summary>
    public static string? Refusal { get; } = FindRefusal();

    public static SmallDisk Over(string path, int megabytes)
    {
        var kept = Directory.CreateTempSubdirectory("engagement-disk-");
        try
        {
            // A spool that was closed is small; a lock and secrets beside it.
            Run("cp", "-a", $"{path}/.", kept.FullName);
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
            Run("cp", "-a", $"{kept.FullName}/.", path);
            return new SmallDisk(path);
        }
        finally
        {
            kept.Delete(recursive: true);
        }
    }

    public void Resize(int megabytes) => Run("mount", "-o", $"remount,size={megabytes}m", _path);

    /// <summary>Also while a process has files open there.</summary>
    public void Dispose() => Run("umount", "--lazy", _path);

    private static string? FindRefusal()
    {
        var probe = Directory.CreateTempSubdirectory("engagement-disk-");
        try
        {
            using (Over(probe.FullName, 1)) return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"a small disk cannot be mounted here: {e.Message.Trim()}";
        }
        finally
        {
            probe.Delete(recursive: true);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {error}");
    }
}

/// <summary>A test that needs a disk of its own; skips itself, with the reason, where none may be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = SmallDisk.Refusal;
}
