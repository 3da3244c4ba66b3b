"""Whether this version of the program may use the database it finds."""

from django.db.migrations.executor import MigrationExecutor

from hall.local.trouble import Trouble


def refuse_newer(executor: MigrationExecutor) -> None:
    """Refuse a database in which migrations were applied that this version does not know."""
    loader = executor.loader
    replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
    known = set(loader.disk_migrations or {}) | replaced
    rooms = {app for app, _ in known}
    unknown = sorted(key for key in loader.applied_migrations or {} if key not in known and key[0] in rooms)
    if unknown:
        named = "、".join(f"{app}.{name}" for app, name in unknown[:3])
        raise Trouble(
            f"数据库由更新的版本使用过（本版本不认识 {named} 等 {len(unknown)} 步），为免损坏数据，拒绝启动。"
            "请使用新版本的程序，或用 HALL_DATA_DIR 指定另一个数据目录。"
        )
