"""Amazon CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
"""

from typing import Any, List, Optional

from moto.cloudwatch.exceptions import InvalidParameterValue, ResourceNotFound
from moto.cloudwatch.models import CloudWatchBackend

from . import patch


@patch(CloudWatchBackend)
def put_metric_alarm(self: Any, *args: Any, tags: Optional[List[Any]] = None, **kwargs: Any) -> Any:
    """Replaces all of an alarm but its tags; five actions at most for each state.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    for name in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
        if len(kwargs.get(name) or []) > 5:
            raise InvalidParameterValue("Alarm actions exceed 5 for each state.")
    known = kwargs.get("name") in self.alarms
    return put_metric_alarm.moto(self, *args, tags=None if known else tags, **kwargs)


@patch(CloudWatchBackend)
def delete_alarms(self: Any, alarm_names: List[str]) -> None:
    """All or none; their tags go with them.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
    """
    missing = [name for name in alarm_names if name not in self.alarms]
    if missing:
        raise ResourceNotFound(f"Alarms {missing} do not exist")
    for name in alarm_names:
        self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
    delete_alarms.moto(self, alarm_names)
