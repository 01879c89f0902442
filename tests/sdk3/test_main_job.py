"""The main job through the SageMaker Python SDK's v3 line."""

import pytest
from support import demo


@pytest.mark.timeout(300)
def test_the_demo_through_sdk_v3(own_server):
    demo.run(own_server(), "sdk3")
